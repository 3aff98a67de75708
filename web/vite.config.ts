import react from '@vitejs/plugin-react'
import type { Plugin, Rolldown } from 'vite'
import { defineConfig } from 'vitest/config'

const server = process.env['CALIT_SERVER'] ?? 'http://127.0.0.1:8080'

/** What the first script asks for at once, named in the page too, so that it is fetched without a round trip more. */
const FIRST_PART = 'src/app/start.tsx'

export default defineConfig({
  plugins: [react(), firstPart()],
  // A second copy of any of these breaks `instanceof` inside Yjs.
  resolve: { dedupe: ['yjs', 'y-protocols', 'lib0'] },
  // The server's policy allows no inline script and no data: font.
  build: { target: 'es2023', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy: { '/api': server, '/sync': { target: server, ws: true } } },
  preview: { proxy: { '/api': server, '/sync': { target: server, ws: true } } },
  test: {
    include: ['src/**/*.test.{ts,tsx}', '../client-protocol/ts/**/*.test.ts'],
  },
})

function firstPart(): Plugin {
  return {
    name: 'first-part',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        const chunks = Object.values(bundle ?? {}).filter((part) => part.type === 'chunk')
        const start = chunks.find((chunk) => chunk.facadeModuleId?.endsWith(FIRST_PART))
        if (!start) return []
        const files = withImports(start, chunks)
        const styles = files.flatMap(({ viteMetadata }) => [...(viteMetadata?.importedCss ?? [])])
        return [
          ...files.map(({ fileName }) => link('modulepreload', fileName)),
          ...[...new Set(styles)].map((file) => link('stylesheet', file)),
        ].filter(({ attrs }) => !html.includes(attrs.href))
      },
    },
  }
}

function withImports(first: Rolldown.OutputChunk, chunks: readonly Rolldown.OutputChunk[]): Rolldown.OutputChunk[] {
  const found = new Set([first])
  for (const { imports } of found) {
    for (const name of imports) {
      const chunk = chunks.find(({ fileName }) => fileName === name)
      if (chunk && !chunk.isEntry) found.add(chunk)
    }
  }
  return [...found]
}

function link(rel: string, file: string) {
  return { tag: 'link', attrs: { rel, crossorigin: true, href: `/${file}` }, injectTo: 'head' } as const
}
