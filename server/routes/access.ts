import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { LIMITS, type AccessAnswer } from '#protocol';
import type { Viewer } from '../access/authority.ts';
import { noViewerCookie, viewerCookie } from '../access/browser-cookie.ts';
import type { OriginPolicy } from '../access/origins.ts';
import type { ViewerGate } from '../access/viewer-gate.ts';
import type { Clock } from '../engine/ports.ts';
import { refuse, tokenOf } from './viewer-guard.ts';

const PATH = '/api/access';
const JSON_BYTES_MAX = 16_384;
/** How long a sign-in without an end is kept on a device, s. */
const KEPT_S = 30 * 86_400;

const signInBody = z.strictObject({
  token: z.string().min(1),
  /** Also when the browser is closed. */
  keep: z.boolean().default(false),
});

export interface AccessRoutesOptions {
  readonly gate: ViewerGate;
  readonly origins: OriginPolicy;
  readonly clock: Clock;
}

/**
 * A browser's sign-in. The token goes into a cookie that no script can read; what the page's socket says instead is a ticket, good for one
 * connection. So nothing of value ever lies where a script, a link or a log could get at it.
 */
export function accessRoutes(app: FastifyInstance, { gate, origins, clock }: AccessRoutesOptions): void {
  const open = { config: { audience: 'anybody' as const }, bodyLimit: JSON_BYTES_MAX };

  /** Only our own page, which always says where it is from: neither another site nor a form of one signs anybody in or out. */
  const isOwnPage = (request: FastifyRequest): boolean => {
    const { origin, host } = request.headers;
    return origin !== undefined && origins.allows(origin, host);
  };
  const refuseLong = (reply: FastifyReply): FastifyReply =>
    reply.code(413).send({ message: 'The token is too long for a browser: ask for a shorter one.' });
  const refuseForeign = (reply: FastifyReply): FastifyReply =>
    reply.code(403).send({ message: 'Only the page of this server may sign in or out.' });

  app.get(PATH, open, async (request, reply): Promise<AccessAnswer> => {
    void reply.header('cache-control', 'no-store');
    const { token } = tokenOf(request.headers);
    if (gate.isOpen || token === undefined) return answer(gate, null);
    const admitted = await gate.check(token);
    return answer(gate, admitted.ok ? admitted.viewer : null);
  });

  app.post(PATH, open, async (request, reply) => {
    if (!isOwnPage(request)) return refuseForeign(reply);
    const body = signInBody.safeParse(request.body);
    if (!body.success) return reply.code(400).send({ message: 'A sign-in is { token, keep }.' });
    if (gate.isOpen) return reply.code(409).send({ message: 'This server asks nobody for a token.' });
    const { token, keep } = body.data;
    if (token.length > LIMITS.tokenCharsMax) return refuseLong(reply);
    const admitted = await gate.admit(token, request.ip);
    if (!admitted.ok) return refuse(reply, admitted.reason);
    const { host, origin } = request.headers;
    const leftS = (admitted.viewer.expiresUs - clock.nowUs()) / 1e6;
    const cookie = viewerCookie(admitted.token, {
      host,
      origin,
      keepS: keep ? Math.min(leftS, KEPT_S) : null,
    });
    if (cookie === null) return refuseLong(reply);
    return reply
      .header('set-cookie', cookie)
      .header('cache-control', 'no-store')
      .send(answer(gate, admitted.viewer));
  });

  app.delete(PATH, open, async (request, reply) => {
    if (!isOwnPage(request)) return refuseForeign(reply);
    const { host, origin } = request.headers;
    return reply.code(204).header('set-cookie', noViewerCookie({ host, origin })).send();
  });

  app.post(`${PATH}/ticket`, open, async (request, reply) => {
    if (!isOwnPage(request)) return refuseForeign(reply);
    const { token } = tokenOf(request.headers);
    if (gate.isOpen) return reply.code(204).send();
    if (token === undefined) return reply.code(401).send({ message: 'This browser is not signed in.' });
    const admitted = await gate.check(token);
    if (!admitted.ok) return refuse(reply, admitted.reason);
    return reply
      .header('cache-control', 'no-store')
      .send({ ticket: gate.tickets.issue(admitted.token, clock.nowUs()) });
  });
}

function answer(gate: ViewerGate, viewer: Viewer | null): AccessAnswer {
  if (viewer === null) return { asks: !gate.isOpen, user: null, expiresUs: null, limited: false };
  const { user, expiresUs, entitlement } = viewer;
  return {
    asks: true,
    user,
    expiresUs: Number.isFinite(expiresUs) ? expiresUs : null,
    limited: entitlement !== null,
  };
}
