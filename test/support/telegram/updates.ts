import type { InboundAttachment } from '../../../src/conversation/message.ts'
import type { FakeUpdate } from './fake-bot-api.ts'

/** Updates as Telegram writes them, with people, ids and file names made up. */
export const person = {
  id: 5_551_234_567,
  is_bot: false,
  first_name: 'Lan',
  last_name: 'Trần',
  language_code: 'vi',
}
export const privateChat = { id: person.id, first_name: 'Lan', last_name: 'Trần', type: 'private' }
export const groupChat = { id: -1_001_557_912_345, title: 'Tổ dân phố 7', type: 'supergroup' }

/** 2026-03-02 08:15 in Viet Nam. */
export const sentAtSeconds = 1_772_414_100

export function messageUpdate(id: number, fields: Record<string, unknown>): FakeUpdate {
  return {
    update_id: id,
    message: { message_id: id + 40, from: person, chat: privateChat, date: sentAtSeconds, ...fields },
  }
}

export function textUpdate(id: number, text: string, fields: Record<string, unknown> = {}): FakeUpdate {
  return messageUpdate(id, { text, ...fields })
}

export function tapUpdate(id: number, data: string, fields: Record<string, unknown> = {}): FakeUpdate {
  return {
    update_id: id,
    callback_query: {
      id: `23847659823746${id}`,
      from: person,
      message: {
        message_id: 12,
        from: { id: 4711, is_bot: true, first_name: 'Một cửa', username: 'MotCuaBot' },
        chat: privateChat,
        date: sentAtSeconds - 60,
        text: 'Anh/Chị chọn:',
        reply_markup: { inline_keyboard: [[{ text: 'Lệ phí', callback_data: data }]] },
      },
      chat_instance: '-3141592653589793238',
      data,
      ...fields,
    },
  }
}

const fileIds = { file_id: 'AgACAgUAAxkBAAIB', file_unique_id: 'AQADFb4xG2' }

/** The fields of a message that make it an attachment of the kind. */
export const attachmentFields: Record<InboundAttachment['kind'], Record<string, unknown>> = {
  image: {
    photo: [
      { ...fileIds, file_id: 'small', file_size: 1_385, width: 67, height: 90 },
      { ...fileIds, file_id: 'middle', file_size: 19_042, width: 240, height: 320 },
      { ...fileIds, file_id: 'large', file_size: 88_511, width: 960, height: 1280 },
    ],
  },
  file: {
    document: {
      ...fileIds,
      file_name: 'Đơn đề nghị.pdf'.normalize('NFD'),
      mime_type: 'application/pdf',
      file_size: 20_480,
    },
  },
  audio: { voice: { ...fileIds, duration: 3, mime_type: 'audio/ogg', file_size: 12_001 } },
  video: {
    video: { ...fileIds, duration: 9, width: 720, height: 1280, mime_type: 'video/mp4', file_size: 901_234 },
  },
  sticker: {
    sticker: {
      ...fileIds,
      width: 512,
      height: 512,
      emoji: '👍',
      is_animated: false,
      is_video: false,
      type: 'regular',
      file_size: 31_002,
    },
  },
  location: { location: { latitude: 12.24507, longitude: 109.19432 } },
  other: { dice: { emoji: '🎲', value: 4 } },
}
