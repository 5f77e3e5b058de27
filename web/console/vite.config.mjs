import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';
import { licences } from './licences.mjs';

// While one works on it: `npm run dev` beside a daemon; WALLCTL says where that is.
const daemon = process.env.WALLCTL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  base: './',
  plugins: [vue(), licences()],
  build: {
    target: 'chrome109', // of an office computer with Windows 7, the last one there
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
  },
  server: { proxy: { '/api': { target: daemon, ws: true, changeOrigin: true } } },
});
