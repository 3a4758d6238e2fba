/**
 * What a citizen can report: an opinion on the service (góp ý), delay or trouble (chậm trễ, phiền hà), money asked for
 * outside the rules (đòi tiền ngoài quy định). A complaint or denunciation in law is none of them: it needs a paper.
 */
export const reportKinds = ['feedback', 'delay', 'informal-payment'] as const
