import { defineConfig } from 'vitest/config'

export default defineConfig({
  // A second copy of any of these breaks `instanceof` inside Yjs.
  resolve: { dedupe: ['yjs', 'y-protocols', 'lib0'] },
  test: { include: ['src/**/*.test.{ts,tsx}', '../client-protocol/ts/**/*.test.ts'] },
})
