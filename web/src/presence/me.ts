// Who I am on this device: a name, a colour, and the secret by which the server knows the same guest again.

import { digest } from 'lib0/hash/sha256'
import { useSyncExternalStore } from 'react'
import { recall, remember } from '../app/stored.ts'
import { t } from '../i18n/index.ts'
import { COLORS } from './colors.ts'
import type { Me } from './people.ts'

const STORED_ME = 'calit.me'
const STORED_SECRET = 'calit.guest'
const NAME_MAX = 40
const USER_ID_BYTES = 10

let me: Me = load()
const listeners = new Set<() => void>()

/** The secret that our own server takes as `?guest=`: 128 random bits. */
export function guestSecret(): string {
  const stored = recall(STORED_SECRET)
  if (stored && /^[0-9a-f]{32}$/.test(stored)) return stored
  const fresh = randomHex(16)
  remember(STORED_SECRET, fresh)
  return fresh
}

export function currentMe(): Me {
  return me
}

export function useMe(): Me {
  return useSyncExternalStore(subscribe, () => me)
}

export function onMe(listener: () => void): () => void {
  return subscribe(listener)
}

export function changeMe(change: Partial<Pick<Me, 'name' | 'color'>>): void {
  me = { ...me, ...change, name: (change.name ?? me.name).slice(0, NAME_MAX) }
  remember(STORED_ME, JSON.stringify(me))
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function load(): Me {
  try {
    const stored: unknown = JSON.parse(recall(STORED_ME) ?? 'null')
    if (isMe(stored)) return { ...stored, id: userId(guestSecret()) }
  } catch {
    // A damaged entry is replaced by a new guest.
  }
  const pick = (words: string): string => {
    const all = words.split(',')
    return all[Math.floor(Math.random() * all.length)] ?? ''
  }
  const fresh: Me = {
    id: userId(guestSecret()),
    name: `${pick(t('me.adjectives'))} ${pick(t('me.nouns'))}`,
    color: 1 + Math.floor(Math.random() * COLORS),
  }
  remember(STORED_ME, JSON.stringify(fresh))
  return fresh
}

function isMe(value: unknown): value is Me {
  if (typeof value !== 'object' || value === null) return false
  const { id, name, color } = value as Record<string, unknown>
  return typeof id === 'string' && typeof name === 'string' && typeof color === 'number'
}

/** The id that the server gives the guest of a secret, as `src/access/mod.rs` derives it. */
export function userId(secret: string): string {
  return `usr_${hex(digest(new TextEncoder().encode(secret)).subarray(0, USER_ID_BYTES))}`
}

function randomHex(bytes: number): string {
  return hex(crypto.getRandomValues(new Uint8Array(bytes)))
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
