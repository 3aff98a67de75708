// Where the app begins: small, so that the words of the chosen language are asked for while the rest still arrives.

import 'pretendard/dist/web/variable/pretendardvariable-dynamic-subset.css'
import '../styles/tokens.css'
import '../styles/base.css'
import { loadWords } from '../i18n/words.ts'
import { applyTheme } from './theme.ts'

applyTheme()
await loadWords()
const { start } = await import('./start.tsx')
const root = document.getElementById('root')
if (root) start(root)
