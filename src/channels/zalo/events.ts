/**
 * Every event that Zalo documents, and what becomes of it. What stands here neither as handled nor as ignored by a rule
 * is an event that nobody has heard of.
 */
export type EventTreatment = Handled | { ignored: IgnoreRule }

export type Handled =
  /** A person with an account wrote or sent something. */
  | 'message'
  /** The same of a visitor without one. */
  | 'anonymous'
  | 'follow'
  | 'unfollow'
  /** "Nhắn tin" was pressed on the profile, once per person. */
  | 'chat-button'
  /** Answer to `request_user_info`. */
  | 'info'
  /** A person exercises the rights to their data: erase. */
  | 'withdrawal'
  /** The OA wrote: we ourselves, or an officer in Zalo's own console. */
  | 'echo'
  /** Of a rating template. */
  | 'feedback'

/** Constant words, so they may be logged and counted. */
export type IgnoreRule =
  /** Delivered, seen: nothing follows from it, and seeing does not reopen the window. */
  | 'receipt'
  | 'reaction'
  /** Tags and profiles are kept at Zalo; we keep neither. */
  | 'tag-or-profile'
  /** Of the chat box on web pages. */
  | 'widget'
  | 'call'
  /** Others read along there. */
  | 'group'
  | 'shop'
  /** The state of a template or of a quota; the desk reads both itself. */
  | 'template-or-quota'
  /** The ready-made answers under a template by phone: of which we send none, and which name no person. */
  | 'template-reply'
  | 'unheard-of'
  | 'malformed'
  /** The OA named is not ours. */
  | 'other-oa'
  /** Our own message come back. */
  | 'own-echo'
  /** An officer has answered in Zalo's console a short time ago; words are left to them. */
  | 'officer-answers'
  /** Somebody sends more than anybody can read. */
  | 'flood'
  /** The form holds no telephone number. */
  | 'info-without-phone'
  /** Greeted in this conversation a short time ago. */
  | 'greeted-before'

/** With both spellings where sources differ [disputed]. */
export const eventTable: Readonly<Record<string, EventTreatment>> = {
  ...all('message', [
    'user_send_text',
    'user_send_image',
    'user_send_link',
    'user_send_audio',
    'user_send_video',
    'user_send_sticker',
    'user_send_location',
    'user_send_business_card',
    'user_send_file',
    'user_send_gif',
  ]),
  ...all('anonymous', [
    'anonymous_send_text',
    'anonymous_send_image',
    'anonymous_send_file',
    'anonymous_send_sticker',
  ]),
  follow: 'follow',
  unfollow: 'unfollow',
  user_click_chatnow: 'chat-button',
  user_submit_info: 'info',
  user_withdraw: 'withdrawal',
  ...all('echo', [
    'oa_send_text',
    'oa_send_image',
    'oa_send_gif',
    'oa_send_list',
    'oa_send_file',
    'oa_send_sticker',
    'oa_send_template',
    'oa_send_anonymous_text',
    'oa_send_anonymous_image',
    'oa_send_anonymous_file',
    'oa_send_anonymous_sticker',
  ]),
  user_feedback: 'feedback',
  ...all({ ignored: 'receipt' }, ['user_received_message', 'user_seen_message']),
  ...all({ ignored: 'reaction' }, ['user_reacted_message', 'oa_reacted_message']),
  ...all({ ignored: 'tag-or-profile' }, [
    'add_user_to_tag',
    'remove_user_from_tag',
    'remove_tag',
    'update_user_info',
  ]),
  ...all({ ignored: 'widget' }, ['widget_interaction_accepted', 'widget_failed_to_sync_user_external_id']),
  ...all({ ignored: 'call' }, ['oa_send_consent', 'user_reply_consent', 'user_call_oa', 'oa_call_user']),
  ...all({ ignored: 'group' }, [
    'create_group',
    'user_join_group',
    'user_out_group',
    'user_leave_group',
    'accept_request_join_group',
    'react_request_join_group_accept',
  ]),
  ...all({ ignored: 'shop' }, ['shop_has_order', 'extension_purchased']),
  ...all({ ignored: 'template-or-quota' }, [
    'change_template_status',
    'change_template_quality',
    'change_template_quota',
    'change_oa_daily_quota',
    'change_oa_template_tags',
    'event_journey_acknowledged',
    'event_journey_time_out',
  ]),
  user_click_response_button: { ignored: 'template-reply' },
}

/** A kind of message that Zalo has invented since is declined politely, like any that we cannot read. */
export function treatmentOf(eventName: string): EventTreatment {
  const known = Object.hasOwn(eventTable, eventName) ? eventTable[eventName] : undefined
  if (known) return known
  if (/^(?:user|oa)_send_group_/.test(eventName)) return { ignored: 'group' }
  if (eventName.startsWith('user_send_')) return 'message'
  if (eventName.startsWith('anonymous_send_')) return 'anonymous'
  if (eventName.startsWith('oa_send_')) return 'echo'
  return { ignored: 'unheard-of' }
}

function all(treatment: EventTreatment, names: readonly string[]): Record<string, EventTreatment> {
  return Object.fromEntries(names.map((name) => [name, treatment]))
}
