// Where the app begins.

import '../styles/tokens.css'
import '../styles/base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './App.tsx'
import { applyTheme } from './theme.ts'

applyTheme()
// The list of font parts is larger than all other styles: the first paint does not wait for it.
void import('pretendard/dist/web/variable/pretendardvariable-dynamic-subset.css')
const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
}
