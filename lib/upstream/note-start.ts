import type { Dispatcher } from 'undici';

/**
 * Calls `note` when undici has a connection and begins to write the request on it. Before that no byte of the request can
 * have left, whatever the fault is called: an ECONNRESET during the TLS handshake and one after the request look alike.
 */
export function noteStart(note: () => void): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => dispatch(options, handlerThatNotes(handler, note));
}

function handlerThatNotes(handler: Dispatcher.DispatchHandler, note: () => void): Dispatcher.DispatchHandler {
  return {
    onRequestStart(...parameters) {
      note();
      handler.onRequestStart?.(...parameters);
    },
    onResponseStart: (...parameters) => handler.onResponseStart?.(...parameters),
    onResponseData: (...parameters) => handler.onResponseData?.(...parameters),
    onResponseEnd: (...parameters) => handler.onResponseEnd?.(...parameters),
    onResponseError: (...parameters) => handler.onResponseError?.(...parameters),
  };
}
