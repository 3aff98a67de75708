// Fails when the app has grown past its budget: what a first visit loads, and each part that is loaded later.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** In kB (1,000 bytes), gzip. A board must be usable within 1.5 s on a slow line. */
const FIRST_JS_KB_MAX = 180
const FIRST_CSS_KB_MAX = 15
const FONT_LIST_KB_MAX = 18
const LAZY_JS_KB_MAX = 160

const dist = join(import.meta.dirname, '../dist')
const gzip = (content) => gzipSync(content, { level: 9 }).length / 1000
const kilobytes = (file) => gzip(readFileSync(join(dist, file)))
const total = (files) => files.reduce((sum, file) => sum + kilobytes(file), 0)

const page = readFileSync(join(dist, 'index.html'), 'utf8')
const first = new Set([...page.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, file]) => file))
const css = [...first]
  .filter((file) => file.endsWith('.css'))
  .map((file) => readFileSync(join(dist, file), 'utf8'))
  .join('')
// The typeface comes in about ninety parts by Unicode range; their list weighs more than all styles of the app.
const fontFaces = (css.match(/@font-face\{[^}]*\}/g) ?? []).join('')
const styles = css.replace(/@font-face\{[^}]*\}/g, '')
const built = readdirSync(join(dist, 'assets')).map((file) => `assets/${file}`)
const scripts = built.filter((file) => file.endsWith('.js'))

// What a first visit says comes in one language: the larger counts.
const languages = scripts.filter((file) => /\/first-[^/]*$/.test(file))
if (languages.length < 2) throw new Error('the words of a first visit were not found')
const words = Math.max(...languages.map(kilobytes))

/** A part loaded later, with every part that it imports in turn and that the first visit has not loaded. */
function withImports(file, seen = new Set()) {
  if (seen.has(file) || first.has(file)) return seen
  seen.add(file)
  const source = readFileSync(join(dist, file), 'utf8')
  for (const [, name] of source.matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g))
    withImports(`assets/${name}`, seen)
  return seen
}

const budgets = [
  ['first visit, JavaScript', total(scripts.filter((file) => first.has(file))) + words, FIRST_JS_KB_MAX],
  ['first visit, styles', gzip(styles), FIRST_CSS_KB_MAX],
  ['first visit, list of font parts', gzip(fontFaces), FONT_LIST_KB_MAX],
  ...scripts.filter((file) => !first.has(file)).map((file) => [file, total([...withImports(file)]), LAZY_JS_KB_MAX]),
]
let isOver = false
for (const [name, size, limit] of budgets) {
  if (size > limit) isOver = true
  console.log(`${size > limit ? 'OVER' : 'ok  '} ${size.toFixed(1).padStart(6)} kB of ${limit}  ${name}`)
}
process.exitCode = isOver ? 1 : 0
