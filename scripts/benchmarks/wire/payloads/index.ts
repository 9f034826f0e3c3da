import type { Api } from '../../contestants/contestant.ts'
import { azure, chat, compatible, groq, openrouter } from './chat.ts'
import { bedrock } from './converse.ts'
import { google } from './generate-content.ts'
import { anthropic } from './messages.ts'
import type { Payload } from './payload.ts'
import { responses } from './responses.ts'

export const PAYLOADS: Readonly<Record<Api, Payload>> = {
  responses,
  chat,
  anthropic,
  google,
  groq,
  bedrock,
  azure,
  openrouter,
  compatible,
}
