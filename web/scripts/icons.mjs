// Draws the icons that systems want as pixels out of the one SVG: `node scripts/icons.mjs`, after changing it.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { launch } from '../e2e/runner.mjs'

const here = import.meta.dirname
const folder = join(here, '../public/icons')
const svg = readFileSync(join(here, '../public/favicon.svg'), 'utf8')
/** The ground of the icon, to the edge: systems cut their own shape out of a maskable one. */
const GROUND = '#1f53b8'
const ICONS = [
  ['192.png', 192, 1, 'transparent'],
  ['512.png', 512, 1, 'transparent'],
  // All that matters lies within the inner 80 %.
  ['maskable-512.png', 512, 0.76, GROUND],
  ['apple-180.png', 180, 0.88, GROUND],
]

mkdirSync(folder, { recursive: true })
const browser = await launch()
try {
  for (const [name, size, share, ground] of ICONS) {
    const page = await browser.newPage({ viewport: { width: size, height: size } })
    const drawn = svg.replace('<svg ', `<svg width="${size * share}" height="${size * share}" `)
    await page.setContent(
      `<body style="margin:0;display:grid;place-items:center;height:100vh;background:${ground}">${drawn}</body>`,
    )
    writeFileSync(join(folder, name), await page.screenshot({ omitBackground: ground === 'transparent' }))
    await page.close()
  }
} finally {
  await browser.close()
}
