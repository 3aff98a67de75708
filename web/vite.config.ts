import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { build, type Plugin, type Rolldown } from 'vite'
import { defineConfig } from 'vitest/config'

const server = process.env['CALIT_SERVER'] ?? 'http://127.0.0.1:8080'

/** The page's own address is passed on: the server takes writes from its own pages only. */
const proxy = {
  '/api': { target: server, changeOrigin: false },
  '/sync': { target: server, changeOrigin: false, ws: true },
}

/** What the first script asks for at once, named in the page too, so that it is fetched without a round trip more. */
const FIRST_PART = 'src/app/start.tsx'

const FIRST_SCRIPT = 'src/app/main.ts'
const SERVICE_WORKER = 'src/app/offline/service-worker.ts'

export default defineConfig({
  plugins: [react(), firstPart(), serviceWorker()],
  // A second copy of any of these breaks `instanceof` inside Yjs.
  resolve: { dedupe: ['yjs', 'y-protocols', 'lib0'] },
  // The server's policy allows no inline script and no data: font.
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { groups: firstVisit() } } },
  },
  server: { proxy },
  preview: { proxy },
  test: {
    include: ['src/**/*.test.{ts,tsx}', '../client-protocol/ts/**/*.test.ts'],
  },
})

/**
 * What a first visit loads comes in three files and not in forty: what changes with each version, and two that seldom do.
 * Left alone, each module that a later part shares with the first would become a file of its own.
 */
function firstVisit() {
  let first: ReadonlySet<string> | null = null
  return [
    { name: 'react', test: /node_modules\/(react|react-dom|scheduler|use-sync-external-store)\//, priority: 3 },
    { name: 'yjs', test: /node_modules\/(yjs|lib0|y-protocols)\//, priority: 2, includeDependenciesRecursively: false },
    {
      name: (id: string, context: Rolldown.ChunkingContext) => {
        first ??= reachable(FIRST_PART, context)
        return first.has(id) ? 'app' : null
      },
      priority: 1,
      includeDependenciesRecursively: false,
    },
  ]
}

/** Every module that a part cannot do without, except what the first script has loaded before. */
function reachable(part: string, context: Rolldown.ChunkingContext): ReadonlySet<string> {
  const from = (file: string, without: ReadonlySet<string>): ReadonlySet<string> => {
    const found = new Set([join(import.meta.dirname, file)])
    for (const id of found) {
      for (const next of context.getModuleInfo(id)?.importedIds ?? []) if (!without.has(next)) found.add(next)
    }
    return found
  }
  return from(part, from(FIRST_SCRIPT, new Set()))
}

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

/** Builds the service worker once the app is written, since it names every file of it. */
function serviceWorker(): Plugin {
  let folder = ''
  return {
    name: 'service-worker',
    apply: 'build',
    configResolved(config) {
      folder = join(config.root, config.build.outDir)
    },
    async closeBundle() {
      const files = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length).replaceAll('\\', '/'))
        // The typeface comes in ninety parts, of which a reader needs a dozen: they are kept as they are used.
        .filter((path) => !/\.(woff2|map)$/.test(path) && path !== '/service-worker.js')
        .sort()
      const hash = createHash('sha256')
      for (const path of files) hash.update(path).update(readFileSync(join(folder, path)))
      const paths = files.map((path) => (path === '/index.html' ? '/' : path))
      await build({
        configFile: false,
        logLevel: 'warn',
        publicDir: false,
        define: {
          __FILES__: JSON.stringify(paths),
          __VERSION__: JSON.stringify(hash.digest('hex').slice(0, 12)),
        },
        build: {
          target: 'es2023',
          outDir: folder,
          emptyOutDir: false,
          lib: { entry: SERVICE_WORKER, formats: ['iife'], name: 'worker', fileName: () => 'service-worker.js' },
        },
      })
    },
  }
}
