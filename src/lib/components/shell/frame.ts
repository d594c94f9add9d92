import type { Component, ComponentProps, Snippet } from 'svelte';
import { insist, late } from '../late.ts';

type Parts = typeof import('./frame-parts.ts');
type Name = {
  [Key in keyof Parts]: Parts[Key] extends Component<never> ? Key : never;
}[keyof Parts];

const onServer = import.meta.env.SSR
  ? { parts: await import('./frame-parts.ts'), write: (await import('svelte/server')).render }
  : null;

/** Brings what comes after the rows. In the browser only. */
export const loadFrame = insist(() => import('./frame-parts.ts'));

// On its way while the rows begin.
if (!import.meta.env.SSR) void loadFrame();

/** A part of `frame-parts.ts`, in its place from the first paint. Call it while a component begins. */
export function framePart<N extends Name>(name: N, props: ComponentProps<Parts[N]>): Snippet {
  return late(
    onServer && { Part: onServer.parts[name], write: onServer.write },
    async () => (await loadFrame())[name],
    props,
  );
}
