import type { UnixUs } from './units.ts';

/** Another token in the place of the one that `hello` brought, before that one expires. */
export interface TokenMessage {
  type: 'token';
  token: string;
}

/** Who the viewer is from now on: the answer to `token`, and told when that changes by itself. */
export interface AccessMessage {
  type: 'access';
  user: string;
  /** When the token expires; absent = it does not. */
  expiresUs?: UnixUs;
}

/** `GET /api/access`, and the answer to a sign-in: what a page needs to know of who it is shown to. */
export interface AccessAnswer {
  /** Whether this server asks its viewers for a token. */
  asks: boolean;
  /** Null = not signed in, or nobody is asked. */
  user: string | null;
  /** When the sign-in ends, us since 1970; null = not by itself. */
  expiresUs: number | null;
  /** Only some instruments are shown. */
  limited: boolean;
}
