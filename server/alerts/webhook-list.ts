/** Name of a webhook in the configuration: `ops=https://hooks.example.com/a/b`. */
const NAMED = /^([A-Za-z][\w-]{0,39})=(.+)$/;

/**
 * Which addresses the server may be made to call. Viewers write rules, so that anything else would let them reach whatever the server
 * reaches: the operator names whole addresses, which viewers see by name only, or origins below which a rule names its own.
 */
export class WebhookList {
  readonly names: readonly string[];
  readonly origins: readonly string[];
  readonly #named: ReadonlyMap<string, string>;

  /** @param entries as `isWebhookEntry` takes them */
  constructor(entries: readonly string[]) {
    const named = new Map<string, string>();
    const origins: string[] = [];
    for (const entry of entries) {
      const [, name, address] = NAMED.exec(entry) ?? [];
      if (name !== undefined && address !== undefined) named.set(name, address);
      else origins.push(entry);
    }
    this.#named = named;
    this.names = [...named.keys()];
    this.origins = origins;
  }

  /** The address that a rule's word stands for; null when it may not be called. */
  resolve(webhook: string): string | null {
    const named = this.#named.get(webhook);
    if (named !== undefined) return named;
    const url = URL.parse(webhook);
    // Compared as whole origins. Credentials in an address would end up in the list of rules.
    if (url === null || !this.origins.includes(url.origin) || url.username !== '' || url.password !== '')
      return null;
    return url.href;
  }

  /** Who answers for a rule's word, for a share of what is sent at once: a name, or an origin, of which there are no more than entries. */
  receiverOf(webhook: string): string {
    return this.#named.has(webhook) ? webhook : (URL.parse(webhook)?.origin ?? '');
  }
}

/** Whether this is `name=address` or an origin, of http or https. `fetch` takes no address with a user or a password in it. */
export function isWebhookEntry(entry: string): boolean {
  const address = NAMED.exec(entry)?.[2];
  const url = URL.parse(address ?? entry);
  if (url === null || !/^https?:$/.test(url.protocol)) return false;
  if (url.username !== '' || url.password !== '') return false;
  return address !== undefined || url.origin === entry;
}
