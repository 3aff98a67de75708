import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const server = process.env['CALIT_SERVER'] ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react()],
  // A second copy of any of these breaks `instanceof` inside Yjs.
  resolve: { dedupe: ['yjs', 'y-protocols', 'lib0'] },
  // The server's policy allows no inline script and no data: font.
  build: { target: 'es2023', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy: { '/api': server, '/sync': { target: server, ws: true } } },
  test: {
    include: ['src/**/*.test.{ts,tsx}', '../client-protocol/ts/**/*.test.ts'],
  },
})
