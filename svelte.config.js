import adapter from '@sveltejs/adapter-node';
import { inputsDigest } from './server/launch/inputs.mjs';

/** @type {import('@sveltejs/kit').Config} */
export default {
  compilerOptions: {
    runes: true,
    // Short, as each element of a component carries it; by the file alone, so that a change of its style changes no script.
    cssHash: ({ hash, filename }) => `s${hash(filename.replace(/^.*\/src\//, ''))}`,
  },
  kit: {
    adapter: adapter({ out: 'build', precompress: true }),
    // Styles that a page needs before it is painted stand in it: nine files less to ask for, half the time to the first paint on a slow line.
    inlineStyleThreshold: 24_576,
    // Of the same text comes the same build, whenever it is made: what browsers have of it stays good.
    version: { name: inputsDigest(import.meta.dirname).slice(0, 12) },
    // By the pages themselves, when they are there: what stands in other people's pages fetches nothing but itself.
    serviceWorker: { register: false },
    csp: {
      mode: 'nonce',
      directives: {
        'default-src': ['self'],
        'script-src': ['self'],
        'style-src': ['self', 'unsafe-inline'],
        'img-src': ['self', 'data:', 'blob:'],
        'font-src': ['self'],
        'connect-src': ['self'],
        'worker-src': ['self'],
        'object-src': ['none'],
        'base-uri': ['self'],
        'frame-ancestors': ['none'],
      },
    },
    typescript: {
      config: (config) => {
        config.compilerOptions = {
          ...config.compilerOptions,
          strict: true,
          exactOptionalPropertyTypes: true,
          noImplicitOverride: true,
          noFallthroughCasesInSwitch: true,
          erasableSyntaxOnly: true,
          allowImportingTsExtensions: true,
          skipLibCheck: true,
        };
        return config;
      },
    },
  },
};
