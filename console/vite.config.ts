import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Built into `dist`, which the server hands out as it is. Nothing is inlined, so that the content security policy stays strict. */
export default defineConfig({
  plugins: [react()],
  build: { outDir: 'dist', emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy: { '/api': { target: process.env['BDRCLOUD_SERVER'] ?? 'http://127.0.0.1:8080' } } },
})
