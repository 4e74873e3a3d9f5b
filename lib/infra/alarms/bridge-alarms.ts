import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Settings } from '../../settings/schema.ts';
import type { AlarmDefinition } from './alarm.ts';
import { alarmCatalogue } from './catalogue.ts';
import { ConsoleLinks } from './console-links.ts';
import { descriptionOf } from './description.ts';
import { type Measured, metricOf } from './metric.ts';
import { AlarmTopic } from './topic.ts';

const MISSING: Readonly<Record<AlarmDefinition['missing'], TreatMissingData>> = {
  breaching: TreatMissingData.BREACHING,
  notBreaching: TreatMissingData.NOT_BREACHING,
  ignore: TreatMissingData.IGNORE,
};

export interface BridgeAlarmsProps {
  readonly settings: Pick<Settings, 'alarms' | 'connections' | 'dear'>;
  readonly measured: Measured;
}

/** The catalogue as alarms of this stack. Each tells the topic when it fires and when it is over. */
export class BridgeAlarms extends Construct {
  readonly topic: AlarmTopic;
  /** In the catalogue's order. */
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, { settings, measured }: BridgeAlarmsProps) {
    super(scope, id);
    this.topic = new AlarmTopic(this, 'Told', settings.alarms);
    const links = new ConsoleLinks(Stack.of(this));
    this.all = alarmCatalogue(settings).map((definition) =>
      this.#add(definition, measured, descriptionOf(definition, links, settings.alarms.runbookUrl)),
    );
  }

  #add(definition: AlarmDefinition, measured: Measured, alarmDescription: string): Alarm {
    const { id, watches, atLeast, datapoints, missing } = definition;
    const alarm = new Alarm(this, id, {
      alarmName: `${measured.stackName}-${id}`,
      alarmDescription,
      metric: metricOf(watches, measured, Duration.minutes(datapoints.minutes)),
      threshold: atLeast,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: datapoints.of,
      datapointsToAlarm: datapoints.breaching,
      treatMissingData: MISSING[missing],
    });
    const tell = new SnsAction(this.topic.topic);
    alarm.addAlarmAction(tell);
    alarm.addOkAction(tell);
    return alarm;
  }
}
