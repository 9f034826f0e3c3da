import { describe, expect, test } from 'vitest'
import { detectMediaType, sniffMediaType, typeOfKind } from './media-type.ts'

const bytes = (text: string): Uint8Array => Uint8Array.from(text, character => character.charCodeAt(0))
const box = (brand: string): string => `\0\0\0\x18ftyp${brand}\0\0\0\0`

test.each([
  ['image/png', '\x89PNG\r\n\x1a\n\0\0\0\rIHDR'],
  ['image/jpeg', '\xff\xd8\xff\xe0\0\x10JFIF'],
  ['image/gif', 'GIF89a\x01\0'],
  ['image/webp', 'RIFF\x1a\0\0\0WEBPVP8 '],
  ['image/bmp', 'BM\x46\0\0\0\0\0\0\0\x36'],
  ['image/tiff', 'II*\0\x08\0\0\0'],
  ['image/tiff', 'MM\0*\0\0\0\x08'],
  ['image/avif', box('avif')],
  ['image/heic', box('heic')],
  ['image/heif', box('mif1')],
  ['application/pdf', '%PDF-1.7\n'],
  ['application/rtf', '{\\rtf1'],
  ['audio/wav', 'RIFF\x24\0\0\0WAVEfmt '],
  ['audio/flac', 'fLaC\0\0\0\x22'],
  ['audio/ogg', `OggS\0\x02${'\0'.repeat(20)}\x01\x13OpusHead`],
  ['video/ogg', `OggS\0\x02${'\0'.repeat(21)}\x2a\x80theora`],
  ['audio/mpeg', 'ID3\x04\0\0'],
  ['audio/mpeg', '\xff\xfb\x90\x64'],
  ['audio/mpeg', '\xff\xf3\x40\xc4'],
  ['audio/aac', '\xff\xf1\x50\x80'],
  ['audio/amr', '#!AMR\n'],
  ['audio/mp4', box('M4A ')],
  ['video/mp4', box('isom')],
  ['video/mp4', box('mp42')],
  ['video/quicktime', box('qt  ')],
  ['video/3gpp', box('3gp5')],
  ['video/webm', '\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm'],
  ['video/x-matroska', '\x1aE\xdf\xa3\xa3B\x86\x81\x01B\x82\x88matroska'],
  ['video/x-msvideo', 'RIFF\x1a\0\0\0AVI LIST'],
  ['video/x-flv', 'FLV\x01\x05'],
  ['video/mpeg', '\0\0\x01\xba'],
  ['application/zip', 'PK\x03\x04\x14\0'],
  ['application/epub+zip', `PK\x03\x04${'\0'.repeat(26)}mimetypeapplication/epub+zipPK\x03\x04`],
])('%s by its first bytes', (mediaType, text) => {
  expect(sniffMediaType(bytes(text))).toBe(mediaType)
})

test.each([
  ['wordprocessingml.document', 'word/document.xml'],
  ['spreadsheetml.sheet', 'xl/workbook.xml'],
  ['presentationml.presentation', 'ppt/presentation.xml'],
])('office documents by what they hold: %s', (name, entry) => {
  const archive = `PK\x03\x04[Content_Types].xml${'x'.repeat(50_000)}PK\x01\x02${entry}PK\x05\x06`
  expect(sniffMediaType(bytes(archive))).toBe(`application/vnd.openxmlformats-officedocument.${name}`)
})

test.each([
  ['nothing', ''],
  ['text', 'Hello'],
  ['UTF-16 text', '\xff\xfeH\0i\0'],
  ['noise', '\x01\x02\x03\x04\x05'],
  ['half a signature', '\x89PN'],
])('%s shows no type', (_, text) => {
  expect(sniffMediaType(bytes(text))).toBeUndefined()
})

describe('what is known besides the bytes', () => {
  test.each([
    ['%PDF-1.7', { declared: 'text/plain', name: 'a.txt' }, 'application/pdf'],
    ['# Hi', { declared: 'Text/Markdown; charset=utf-8', name: 'a.txt' }, 'text/markdown'],
    ['# Hi', { declared: 'application/octet-stream', name: 'notes.md' }, 'text/markdown'],
    ['a,b', { name: 'https://example.com/data.csv?x=1.png' }, 'text/csv'],
    ['Grüße', {}, undefined],
    ['Hello', {}, 'text/plain'],
    ['\0\x01', {}, undefined],
  ])('%j with %j', async (text, hints, expected) => {
    expect(await detectMediaType(bytes(text), hints)).toBe(expected)
  })
})

test('sound may come in the container of a video; nothing else may pass for another kind', () => {
  expect(typeOfKind('video/webm', 'audio')).toBe('audio/webm')
  expect(typeOfKind('audio/wav', 'audio')).toBe('audio/wav')
  expect(typeOfKind('video/mp4', 'file')).toBe('video/mp4')
  expect(typeOfKind('video/x-msvideo', 'audio')).toBeUndefined()
  expect(typeOfKind('application/pdf', 'image')).toBeUndefined()
})
