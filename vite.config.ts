import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [sveltekit()],
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    rolldownOptions: {
      treeshake: {
        // The page takes units and formats from #protocol; only the worker encodes. msgpackr does not say that it can be left out.
        moduleSideEffects: (id) => !id.includes('/node_modules/msgpackr/'),
      },
    },
  },
});
