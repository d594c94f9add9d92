import { describe, expect, it } from 'vitest';
import { InvariantError, assertNever, invariant } from '#protocol';

describe('invariant', () => {
  it('passes what holds', () => {
    expect(() => invariant('something', 'there is something')).not.toThrow();
  });

  it('throws an InvariantError with its sentence for what does not', () => {
    expect(() => invariant(false, 'data waits before a client is cut')).toThrow(
      new InvariantError('data waits before a client is cut'),
    );
  });
});

it('assertNever names the member that nobody expected', () => {
  expect(() => assertNever('new' as never)).toThrow('unexpected member of a closed union: "new"');
});
