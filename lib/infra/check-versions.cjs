// Runs in Lambda as it stands here: CodeDeploy calls it before a new version receives its first event. The SDK is the runtime's.
const {
  CodeDeployClient,
  PutLifecycleEventHookExecutionStatusCommand,
} = require('@aws-sdk/client-codedeploy');
const { InvokeCommand, LambdaClient } = require('@aws-sdk/client-lambda');

const lambda = new LambdaClient();
const codeDeploy = new CodeDeployClient();

/** Starts each new version with an event that holds nothing to do; one that cannot be started stops the deployment. */
exports.handler = async ({ DeploymentId, LifecycleEventHookExecutionId }) => {
  const failures = (await Promise.all(JSON.parse(process.env.VERSIONS).map(findFailure))).filter(Boolean);
  for (const failure of failures) console.error(failure);
  const status = failures.length === 0 ? 'Succeeded' : 'Failed';
  await codeDeploy.send(
    new PutLifecycleEventHookExecutionStatusCommand({
      deploymentId: DeploymentId,
      lifecycleEventHookExecutionId: LifecycleEventHookExecutionId,
      status,
    }),
  );
  return status;
};

async function findFailure({ version, event }) {
  try {
    const { FunctionError, Payload } = await lambda.send(
      new InvokeCommand({ FunctionName: version, Payload: JSON.stringify(event) }),
    );
    return FunctionError && `${version} does not start: ${Buffer.from(Payload).toString()}`;
  } catch (error) {
    return `${version} could not be invoked: ${error.message}`;
  }
}
