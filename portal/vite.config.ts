import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // The policy of the page allows no script and no font that is written into it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
