import { Dispatcher } from 'undici';
import { sendThroughGateway } from './network.ts';

/** In place of undici's: connections to hosts of the network in this process. */
export class Pool extends Dispatcher {
  readonly #origin: string;

  constructor(origin: string) {
    super();
    this.#origin = origin;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const { method, path, headers, body } = options;
    const request = new Request(new URL(path, this.#origin), {
      method,
      headers: headers as Record<string, string>,
      ...(typeof body === 'string' && { body }),
    });
    this.#answer(request, handler).catch((error: Error) => {
      handler.onResponseError?.(CONTROLLER, error);
    });
    return true;
  }

  async #answer(request: Request, handler: Dispatcher.DispatchHandler): Promise<void> {
    handler.onRequestStart?.(CONTROLLER, {});
    const response = await sendThroughGateway(request);
    const bytes = Buffer.from(await response.arrayBuffer());
    handler.onResponseStart?.(
      CONTROLLER,
      response.status,
      Object.fromEntries(response.headers),
      response.statusText,
    );
    if (bytes.length > 0) handler.onResponseData?.(CONTROLLER, bytes);
    handler.onResponseEnd?.(CONTROLLER, {});
  }

  override async close(): Promise<void> {}

  override async destroy(): Promise<void> {}
}

const CONTROLLER: Dispatcher.DispatchController = {
  aborted: false,
  paused: false,
  reason: null,
  abort() {},
  pause() {},
  resume() {},
};
