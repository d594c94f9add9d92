/** The protocol's version number: the one integer that `hello` and `welcome` carry. */
export const PROTOCOL_VERSION = 1;

/** WebSocket subprotocol of the binary form (MessagePack, no extension types). */
export const SUBPROTOCOL_BINARY = 'tickwire.v1';

/** WebSocket subprotocol of the text form: the same messages as JSON. */
export const SUBPROTOCOL_JSON = 'tickwire.v1.json';

/** Path of the WebSocket endpoint on the server's one port. */
export const SOCKET_PATH = '/ws';
