import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

/** Which plugin took how long is nothing that a build has to say each time. */
const checks = { bundlerTimings: false };

export default defineConfig({
  plugins: [sveltekit()],
  worker: { format: 'es', rolldownOptions: { checks } },
  build: {
    target: 'es2022',
    rolldownOptions: {
      checks,
      treeshake: {
        // The page takes units and formats from #protocol; only the worker encodes. msgpackr does not say that it can be left out.
        moduleSideEffects: (id) => !id.includes('/node_modules/msgpackr/'),
      },
    },
  },
});
