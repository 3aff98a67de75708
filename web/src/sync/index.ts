// The sync layer's only door. It knows Yjs and the wire, and no UI framework.

export type { Role } from '../../../client-protocol/ts/frame.ts'
export type { Outcome } from './commands.ts'
export { openDocument } from './document-session.ts'
export type { Dispose, Environment } from './environment.ts'
export type { DocumentSession, MergeSummary, OpenOptions } from './interface.ts'
export type { SaveStatus } from './save-status.ts'
export type { UnsavedEdit } from './unsaved-edits.ts'
