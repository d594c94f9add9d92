import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';
import { mayPass, type AccessRefusal, type Admitted, type Viewer } from '../access/authority.ts';
import { readViewerCookie } from '../access/browser-cookie.ts';
import type { Entitlement } from '../access/entitlement.ts';
import type { LeaseOwner } from '../access/leases.ts';
import type { OriginPolicy } from '../access/origins.ts';
import type { ViewerGate } from '../access/viewer-gate.ts';
import type { Cancel } from '../engine/ports.ts';

/**
 * Whom a route is for. `anybody`: it shows nothing of the market, or has a token of its own. `viewer`: it asks `entitlementOf` what may
 * be shown. Without a word: only for those who may see everything, so that a new route shows too little rather than too much.
 */
export type Audience = 'anybody' | 'viewer';

declare module 'fastify' {
  interface FastifyContextConfig {
    audience?: Audience;
  }
  interface FastifyRequest {
    /** Who asks, where viewers are asked who they are. */
    viewer: Viewer | null;
    viewerToken: string;
  }
}

/** When to come back after an authority could not answer, s. */
const RETRY_AFTER_S = 5;
/** Values of Sec-Fetch-Site of a request that our own page or the address bar made; none at all for programs and old browsers. */
const OWN_SITES: ReadonlySet<string | undefined> = new Set([undefined, 'same-origin', 'none']);

export interface ViewerGuardOptions {
  readonly gate: ViewerGate;
  readonly origins: OriginPolicy;
}

/** Asks every route's callers who they are, where the server has an authority. Registered before any route. */
export function viewerGuard(app: FastifyInstance, { gate, origins }: ViewerGuardOptions): void {
  app.decorateRequest('viewer', null);
  app.decorateRequest('viewerToken', '');
  if (gate.isOpen) return;
  const ask = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const { audience } = request.routeOptions.config;
    const isReading = request.method === 'GET' || request.method === 'HEAD';
    const { origin, host } = request.headers;
    const { token, isCookie } = tokenOf(request.headers);
    // Another site cannot read our cookie, but it can have it sent.
    if (isCookie && !isReading && (origin === undefined || !origins.allows(origin, host)))
      return reply.code(403).send({ message: 'This page may not do that with your sign-in.' });
    const admitted = await gate.admit(token, request.ip);
    if (!admitted.ok) return refuse(reply, admitted.reason);
    request.viewer = admitted.viewer;
    request.viewerToken = admitted.token;
    if (audience === 'viewer' || admitted.viewer.entitlement === null) return undefined;
    return reply.code(403).send({ message: 'This is for those who may see everything.' });
  };
  app.addHook('onRequest', (request, reply, done) => {
    // What is no route is a page, which shows its frame to everybody. No promise for who is not asked: an upgrade is over in its turn.
    if (request.routeOptions.config.audience === 'anybody' || request.is404) return done();
    return ask(request, reply);
  });
}

/** What may be shown to whoever asks; null = everything. Only for routes of the audience `viewer`. */
export function entitlementOf(request: FastifyRequest): Entitlement | null {
  return request.viewer?.entitlement ?? null;
}

/** The viewer that a page is made for; null = it is not known, and nothing of the market is shown. */
export async function viewerOfPage(gate: ViewerGate, headers: IncomingHttpHeaders): Promise<Viewer | null> {
  const { token } = tokenOf(headers);
  if (token === undefined) return null;
  const admitted: Admitted = await gate.check(token);
  return admitted.ok ? admitted.viewer : null;
}

/** Keeps a long answer only so long as its reader may have it. */
export function leaseOf(gate: ViewerGate, request: FastifyRequest, owner: LeaseOwner): Cancel {
  const { viewer, viewerToken } = request;
  if (gate.isOpen || viewer === null) return () => undefined;
  const lease = gate.leases.take(viewerToken, viewer, owner);
  return () => gate.leases.drop(lease);
}

export function refuse(reply: FastifyReply, reason: AccessRefusal): FastifyReply {
  if (mayPass(reason))
    return reply
      .code(503)
      .header('retry-after', String(RETRY_AFTER_S))
      .send({ message: 'It could not be found out now who may watch.' });
  const message =
    reason === 'missing'
      ? 'Sign in, or send a token as "Authorization: Bearer <token>".'
      : reason === 'expired'
        ? 'The token has expired.'
        : 'The token is wrong.';
  return reply.code(401).header('www-authenticate', 'Bearer realm="tickwire"').send({ message });
}

/** Of a program its header; of a browser its cookie, unless another site has it sent. */
export function tokenOf(headers: IncomingHttpHeaders): { token: string | undefined; isCookie: boolean } {
  const [, bearer] = /^bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  if (bearer !== undefined) return { token: bearer, isCookie: false };
  const site = headers['sec-fetch-site'];
  const isOwn = OWN_SITES.has(Array.isArray(site) ? site[0] : site);
  const cookie = isOwn ? readViewerCookie(headers.cookie, headers.host) : null;
  return { token: cookie ?? undefined, isCookie: cookie !== null };
}
