"""The operators of ONNX that are no types here.

Source: https://onnx.ai/onnx/operators/
"""

from __future__ import annotations

from shapecalc.language.other_frameworks import sentences as say

WORDS = {
    "AvgPool*": "averagepool",
    "InstanceNorm*": "instancenormalization",
    "Linear": "gemm",
    "Fold": "col2im",
    "PixelShuffle": "depthtospace",
    "PixelUnshuffle": "spacetodepth",
    "Upsample": "resize",
    "InstanceNorm2d": "meanvariancenormalization",
    "Split": "splittosequence",
    "Hardshrink": "shrink",
    say.GLOBAL_AVERAGE: "globalaveragepool",
    say.REDUCING: "globallppool reducel1 reducel2 reducelogsum reducelogsumexp reducemin "
    "reduceprod reducesumsquare",
    "Mean": "reducemean",
    say.LARGEST: "reducemax",
    say.QUANTIZED: "convinteger matmulinteger qlinearconv qlinearmatmul quantizelinear "
    "dequantizelinear dynamicquantizelinear",
    say.ELEMENTWISE: "lpnormalization not isinf isnan bitwisenot",
    say.OF_SEVERAL: "and or xor equal greater greaterorequal less lessorequal mod bitshift "
    "bitwiseand bitwiseor bitwisexor",
    say.NOT_HERE: "det expand deformconv hardmax reversesequence trilu eyelike centercroppad dft "
    "stft blackmanwindow hammingwindow hannwindow melweightmatrix bernoulli multinomial "
    "tensorscatter",
    say.PICKING: "gatherelements gathernd scatterelements scatternd compress",
    say.LEAVE_OUT: "cast castlike bitcast",
    say.CONSTANT: "constant constantofshape range randomnormal randomnormallike randomuniform "
    "randomuniformlike",
    say.CONTROL: "if loop scan optional optionalgetelement optionalhaselement sequenceat "
    "sequenceconstruct sequenceempty sequenceerase sequenceinsert sequencelength sequencemap "
    "concatfromsequence",
    say.DETECTION: "maxroipool nonmaxsuppression",
    say.RECURRENT: "rotaryembedding linearattention causalconvwithstate",
    say.LOSS: "negativeloglikelihoodloss softmaxcrossentropyloss",
    say.TRAINING: "adagrad adam gradient momentum",
    say.TEXTS: "regexfullmatch stringconcat stringnormalizer stringsplit tfidfvectorizer",
    say.PREPROCESSING: "imagedecoder",
}
