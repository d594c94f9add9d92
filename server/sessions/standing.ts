import { LIMITS, unixUs, type Frame, type HelloMessage, type WelcomeMessage } from '#protocol';
import type { AccessRefusal, Admitted, Viewer } from '../access/authority.ts';
import type { Lease, LeaseOwner } from '../access/leases.ts';
import type { ViewerGate } from '../access/viewer-gate.ts';

/** Whose standing it is. */
export interface StandingOwner {
  onAdmitted(hello: HelloMessage): void;
  /** Runs what answers a frame that came earlier. */
  answerLater(run: () => void): void;
  /** It arrived while the token was being verified. */
  onFrame(frame: Frame): void;
  /** Another token than before, or the same one as it is judged now; `asked` = the client sent it. */
  onViewer(viewer: Viewer, before: Viewer, asked: boolean): void;
  /** A token that the client sent later is not accepted; the one before holds. */
  onTokenRefused(): void;
  /** It may not watch, or not any more. */
  onRefused(reason: AccessRefusal): void;
  /** More came before an accepted `hello` than may. */
  onFlood(): void;
}

/**
 * Who one peer is, and whether it still may watch. Asks the gate; what arrives while that thinks is kept in order.
 *
 * Invariant: where a token is asked for, before `hello` was accepted at most `helloBytesMax` bytes of it are looked at, and while it is verified at most one
 * frame of the largest size, or several that are no larger together, are kept.
 */
export class Standing implements LeaseOwner {
  readonly #gate: ViewerGate;
  readonly #address: string;
  readonly #owner: StandingOwner;
  #viewer: Viewer | null = null;
  #lease: Lease | null = null;
  /** What arrived while a token is verified; null = none is. */
  #kept: Frame[] | null = null;
  #keptBytes = 0;
  #bytes = 0;
  /** The client sent the token that is taken now. */
  #wasAsked = false;
  #isOver = false;

  constructor(gate: ViewerGate, address: string, owner: StandingOwner) {
    this.#gate = gate;
    this.#address = address;
    this.#owner = owner;
  }

  get viewer(): Viewer | null {
    return this.#viewer;
  }

  /** What `welcome` and `access` say of it. */
  get told(): Pick<WelcomeMessage, 'user' | 'expiresUs'> {
    if (this.#viewer === null) return {};
    const { user, expiresUs } = this.#viewer;
    return { user, ...(Number.isFinite(expiresUs) ? { expiresUs: unixUs(expiresUs) } : {}) };
  }

  /** Whether a frame may be looked at now; one that may not is kept, or too much. */
  takes(frame: Frame, isGreeted: boolean): boolean {
    if (this.#kept !== null) {
      this.#keptBytes += frame.length;
      if (this.#keptBytes > LIMITS.inboundFrameBytesMax) this.#owner.onFlood();
      else this.#kept.push(frame);
      return false;
    }
    if (isGreeted || this.#gate.isOpen) return true;
    this.#bytes += frame.length;
    if (this.#bytes <= LIMITS.helloBytesMax) return true;
    this.#owner.onFlood();
    return false;
  }

  /** Answers with one of `onAdmitted` and `onRefused`, at once or later. */
  greet(hello: HelloMessage): void {
    if (this.#gate.isOpen) return this.#owner.onAdmitted(hello);
    this.#settle(this.#gate.admit(hello.token, this.#address), (admitted) => {
      if (!admitted.ok) return this.#owner.onRefused(admitted.reason);
      this.#viewer = admitted.viewer;
      this.#lease = this.#gate.leases.take(admitted.token, admitted.viewer, this);
      this.#owner.onAdmitted(hello);
    });
  }

  /** The client has another token. Answers with one of `onViewer` and `onTokenRefused`, at once or later. */
  renew(token: string): void {
    const lease = this.#lease;
    // Where nobody is asked for a token there is none to renew.
    if (lease === null) return this.#owner.onTokenRefused();
    this.#settle(this.#gate.admit(token, this.#address), (admitted) => {
      if (!admitted.ok) return this.#owner.onTokenRefused();
      this.#wasAsked = true;
      this.#gate.leases.renew(lease, admitted.token, admitted.viewer);
      this.#wasAsked = false;
    });
  }

  onViewer(viewer: Viewer): void {
    const before = this.#viewer;
    this.#viewer = viewer;
    if (before !== null) this.#owner.onViewer(viewer, before, this.#wasAsked);
  }

  onRefused(reason: AccessRefusal): void {
    this.#lease = null;
    this.#owner.onRefused(reason);
  }

  close(): void {
    this.#isOver = true;
    this.#kept = null;
    if (this.#lease !== null) this.#gate.leases.drop(this.#lease);
    this.#lease = null;
  }

  #settle(answer: Admitted | Promise<Admitted>, take: (admitted: Admitted) => void): void {
    if (!(answer instanceof Promise)) return take(answer);
    this.#kept = [];
    this.#keptBytes = 0;
    void answer.then((admitted) => {
      if (this.#isOver) return;
      const kept = this.#kept ?? [];
      this.#kept = null;
      this.#owner.answerLater(() => take(admitted));
      // It is kept again where one of them is another token.
      for (const frame of kept) if (!this.#isOver) this.#owner.onFrame(frame);
    });
  }
}
