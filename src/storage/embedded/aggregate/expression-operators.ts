import * as mingo from 'mingo/operators/expression'
import type { Operators } from './operators/arguments.ts'
import { arrayOperators } from './operators/arrays.ts'
import { dateOperators } from './operators/dates.ts'
import { textOperators } from './operators/texts.ts'
import { valueOperators } from './operators/values.ts'

const { $and, $or, $cond, $ifNull, $switch, $let, $map, $filter, $reduce, $literal } = mingo

/**
 * mingo evaluates paths, variables and control flow. Its other operators differ from MongoDB in many details ($round,
 * $first of nested arrays, dates with a zone, 64-bit integers…), so those that are offered are our own.
 */
export const allowedExpressions: Operators = {
  ...({ $and, $or, $cond, $ifNull, $switch, $let, $map, $filter, $reduce, $literal } as Operators),
  ...valueOperators,
  ...textOperators,
  ...arrayOperators,
  ...dateOperators,
}

/** Operators that MongoDB has and this server refuses by name. */
export const otherExpressions = new Set(
  (
    '$accumulator $acos $acosh $asin $asinh $atan $atan2 $atanh $binarySize $bitAnd $bitNot $bitOr $bitXor $bottom ' +
    '$bottomN $bsonSize $convert $cos $cosh $dateAdd $dateDiff $dateFromParts $dateFromString $dateSubtract ' +
    '$dateToParts $degreesToRadians $exp $firstN $function $getField $indexOfBytes $lastN $ln $log $log10 $maxN ' +
    '$median $meta $minN $percentile $pow $radiansToDegrees $regexFind $regexFindAll $sampleRate ' +
    '$sin $sinh $stdDevPop $stdDevSamp $strLenBytes $strcasecmp $substr $substrBytes $tan $tanh $toDecimal $toHashedIndexKey ' +
    '$top $topN $tsIncrement $tsSecond $week $zip $addToSet $push $count'
  ).split(' '),
)
