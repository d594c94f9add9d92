/** Integers to text: the only place where ticks, lots and microseconds become something to read. */
export * from './age.ts';
export * from './locale.ts';
export * from './price.ts';
export * from './size.ts';
export * from './time.ts';
