import mongoose from 'mongoose'

/** MongoDB's error 11000: a unique index already holds the value. */
export function isDuplicateKey(error: unknown): boolean {
  return error instanceof mongoose.mongo.MongoServerError && error.code === 11000
}
