import type { Clock } from '../engine/ports.ts';
import type { Authority } from './authority.ts';
import { FileAuthority } from './file-authority.ts';
import { HookAuthority, type AuthHook } from './hook-authority.ts';
import { StaticTokens } from './static-tokens.ts';
import { parseViewerTokens, type ViewerToken } from './viewer-token.ts';

/** What the configuration says of viewers. Null = not that way. */
export interface AuthoritySettings {
  readonly viewerTokens: readonly ViewerToken[];
  readonly viewerTokensFile: string | null;
  readonly jwtSecret: string | null;
  readonly jwtKeys: string | null;
  readonly jwtIssuer: string | null;
  readonly jwtAudience: string | null;
  readonly jwtSymbolsClaim: string;
  readonly auth: AuthHook | null;
}

export interface AuthorityParts {
  readonly clock: Clock;
  /** One sentence for the operator. */
  readonly onNotice: (sentence: string) => void;
}

/**
 * The authorities that the configuration names, the cheapest first. None = everybody may watch.
 * @throws UserError for a file that cannot be read
 */
export async function openAuthorities(
  settings: AuthoritySettings,
  { clock, onNotice }: AuthorityParts,
): Promise<Authority[]> {
  const { viewerTokens, viewerTokensFile, jwtSecret, jwtKeys, auth } = settings;
  const authorities: Authority[] = [];
  if (viewerTokens.length > 0) authorities.push(new StaticTokens(viewerTokens));
  if (viewerTokensFile !== null)
    authorities.push(new FileAuthority({ path: viewerTokensFile, clock, onNotice, open: tokensOf }));
  if (jwtSecret !== null || jwtKeys !== null) {
    // Loaded when it is wanted: most servers need no signatures.
    const { JwtAuthority, publicKeys, secretKeys } = await import('./jwt-authority.ts');
    const { jwtIssuer: issuer, jwtAudience: audience, jwtSymbolsClaim: symbolsClaim } = settings;
    const terms = { issuer, audience, symbolsClaim };
    if (jwtSecret !== null) authorities.push(new JwtAuthority(secretKeys(jwtSecret), terms));
    if (jwtKeys !== null) {
      const open = (text: string): Authority => new JwtAuthority(publicKeys(text), terms);
      authorities.push(new FileAuthority({ path: jwtKeys, clock, onNotice, open }));
    }
  }
  if (auth !== null) authorities.push(new HookAuthority(auth));
  return authorities;
}

function tokensOf(text: string): StaticTokens {
  const tokens = parseViewerTokens(text);
  if (typeof tokens === 'number')
    throw new Error(`line ${tokens} is no "user token [selectors] [until]", the token of 16 to 512 letters`);
  return new StaticTokens(tokens);
}
