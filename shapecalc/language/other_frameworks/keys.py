"""The names of fields in other frameworks, by what a type here may call the same.

Source: the pages of Keras, Caffe's caffe.proto, ONNX's attributes, Flax, Darknet's wiki, MXNet,
timm and torchvision. A word means the first of the names that the type or block at hand has.
"""

from __future__ import annotations

_MEANINGS = {
    "out_channels out_features planes embedding_dim": (
        "filters numoutput numfilter numfilters nfilters outplanes planes channels outchannels "
        "outch outdim dimout cout oup features outfeatures units numunits hiddenunits numhidden "
        "outputdim outputchannels outputs chout dim c2"
    ),
    "num_features num_channels in_channels in_features": (
        "numfeatures channels numchannels inchannels infeatures"
    ),
    "in_channels in_features num_features num_channels": (
        "inplanes inchans inch cin inp inputdim inputchannels inputfeatures indim dimin infeats "
        "chin c1 numinput infeatures inchannels nin"
    ),
    "num_embeddings": "inputdim vocabsize numtokens numwords numembed",
    "num_groups groups": "numgroups groups group ngroups featuregroupcount cardinality g",
    "kernel_size": (
        "kernel ksize kernelshape kernelsize filtersize poolsize windowshape windowsize window k "
        "ks size convsize filtershape blocksize"
    ),
    "stride": "strides stride subsample step s windowstrides",
    "norm_type": "p order norm",
    "padding": "pad pads paddings bordermode autopad padsize p cropping",
    "dilation": "dilationrate dilations dilate atrous hole rate d kerneldilation rhsdilation",
    "p": "rate dropoutratio dropoutrate dropout prob probability ratio dropprob droprate droppath",
    "bias": "usebias biasterm withbias hasbias addbias b",
    "eps": "epsilon varianceepsilon e",
    "affine elementwise_affine": "center scale elementwiseaffine affine useaffine",
    "normalized_shape": "shape dim numfeatures numchannels channels hiddensize",
    "negative_slope": "alpha slope leak leakiness negslope",
    "alpha": "negativeslope",
    "max_val": "maxvalue max",
    "min_val": "minvalue min",
    "value": "constantvalue constant",
    "size": "localsize outputsize",
    "scale_factor upscale_factor downscale_factor": (
        "scale scales factor zoomfactor blocksize upscalefactor downscalefactor ratio stride"
    ),
    "output_size size shape": "outputshape outsize outputsize targetsize osize",
    "mode": "interpolation method interpolationmethod resample interpolationmode algorithm",
    "padding_mode": "paddingtype padmode",
    "shape unflattened_size": (
        "targetshape newshape newdims dims sizes size outputshape unflattenedsize"
    ),
    "dim start_dim dims dim0": "axis axes dim dims concatdim concataxis",
    "dims": "perm order permutation",
    "keepdim": "keepdims",
    "index": "idx indices",
    "shifts": "shift",
    "start": "starts begin slicestart",
    "end": "ends stop",
    "step": "steps strides",
    "chunks": "numsplits numorsizesplits sections splitsize n numchunks parts",
    "split_size": (
        "splitsizes splitsizeorsections sizesplits split slicepoint numorsizesplits chunks"
    ),
    "groups": "numgroups group",
    "activation": "act activationlayer activationfn nonlinearity actlayer",
    "norm": "normlayer normalizer norm normalization bn",
    "conv": "convlayer convtype",
    "expand_ratio": "expansion expand expansionfactor expratio expandfactor t",
    "squeeze_channels": "rdchannels squeeze reduced",
    "stochastic_depth": "droppath droppathrate stochasticdepthprob dropconnectrate",
    "growth_rate": "growth k",
    "bn_size": "bottleneckwidth",
    "num_layers": "layers depth n",
    "from": "inputs input bottom bottoms parents inboundnodes source sources src prev f route",
    "name": "id top tops layername scope",
    "note": "label comment description notes remark desc",
    "repeat": "repeats n number times numrepeats numblocks numlayers depth count reps",
    "when": "if condition enabled cond",
    "expect": "shape outputshape output expected",
    "shares": "share sharedwith tied tiedto weightsharing reuseof",
}
"""Names here, of which a type has one at most that is meant, by the folded words that mean them."""

_ACTIVATION = "write the activation as a layer, such as {type: ReLU}"
_NORMALIZATION = "write the normalization as a layer, such as {type: BatchNorm2d}"
_INFERRED = "leave it out: the channels of the input are inferred"
_LEAVE_OUT = "leave it out: it changes neither shapes nor costs"
_CHANNELS = "leave it out: it is the channels here"
_LAYOUT = "leave it out: a shape has its channels last here"
_INPUT = "leave it out, and write input: next to layers:"

_BY_SENTENCE = {
    ("", _ACTIVATION): "activation act activationlayer activationfn nonlinearity",
    ("", _NORMALIZATION): "normlayer normalizer norm normalization bn batchnorm batchnormalize",
    ("", _INFERRED): (
        "inplanes inchans inch cin inp inputdim inputchannels inputfeatures indim dimin infeats "
        "chin c1 numinput nin inchannels infeatures numfeatures numchannels"
    ),
    ("", _INPUT): "inputshape batchinputshape batchshape",
    ("", _CHANNELS): "axis axes dim concatdim concataxis",
    ("", _LAYOUT): "dataformat dimordering channelslast memoryformat timemajor",
    ("", _LEAVE_OUT): (
        "inplace device dtype kernelinitializer biasinitializer kernelregularizer "
        "biasregularizer activityregularizer kernelconstraint biasconstraint weightfiller "
        "biasfiller gammainitializer betainitializer movingmeaninitializer "
        "movingvarianceinitializer lrmult decaymult param paramattr weightattr biasattr "
        "blobslr weightdecay reuse training seed engine phase include exclude "
        "weights usecudnn cudnnoff workspace returnindices propagatedown kernelinit biasinit "
        "momentum eps epsilon"
    ),
    ("width_per_group", "write planes: a quarter of the output channels"): (
        "filters channels outchannels outplanes outch features outfeatures numoutput units"
    ),
    ("kernel_size", "write kernel_size: [height, width]"): "kernelh kernelw kernelheight "
    "kernelwidth nbrow nbcol poolh poolw",
    ("stride", "write stride: [height, width]"): "strideh stridew strideheight stridewidth",
    ("padding", "write padding: [height, width]"): "padh padw padheight padwidth",
    ("scale_factor", "write scale_factor: [height, width], or size: for the sizes themselves"): (
        "scaleh scalew scaleheight scalewidth"
    ),
    ("bias", "write bias: false for none"): "nobias",
    ("trainable", "write trainable: false where the weights are frozen"): (
        "frozen freeze requiresgrad"
    ),
    ("p", "write p, the probability of dropping: 1 - keep_prob"): (
        "keepprob keepprobability survivalprob"
    ),
    ("stochastic_depth", "write stochastic_depth, the probability of dropping: 1 - it"): (
        "survivalprob keepprob"
    ),
    ("size", "write size: 2 * depth_radius + 1"): "depthradius",
    ("t", "write t for the expansion"): "expandratio expansion expand expansionfactor",
    ("t", "write c for the output channels"): "outchannels channels filters planes outplanes",
    ("t", "write n for the number of repeats"): "repeats number times numrepeats numlayers",
    ("t", "write s for the stride"): "stride strides",
    ("t", "write k for the kernel size"): "kernelsize kernel ksize",
    ("momentum", "write momentum: 1 - decay, as PyTorch has it"): "decay movingaveragefraction",
    ("out_channels", "write out_channels: in_channels * it, and groups: in_channels"): (
        "depthmultiplier channelmultiplier multiplier"
    ),
    ("affine", "write affine: false for neither weight nor bias"): "noscale usescale",
    ("kernel_size", "use AdaptiveAvgPool2d or AdaptiveMaxPool2d with output_size: 1"): (
        "globalpooling"
    ),
    ("kernel_size", "use MaxPool2d or AvgPool2d as the type"): "pool pooltype pooling",
    ("squeeze_channels", "write squeeze_channels: in_channels // it"): (
        "reduction reductionratio r rdratio"
    ),
}
"""Words by the hint that answers them, and the key that the type must have for it; of none: any."""


def _by_word() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for meanings, words in _MEANINGS.items():
        for word in words.split():
            listed = found.setdefault(word, [])
            listed += [meaning for meaning in meanings.split() if meaning not in listed]
    return found


CANDIDATES = _by_word()
"""The keys that a folded word may mean, the likeliest first."""

SENTENCES: dict[str, list[tuple[str, str]]] = {}
"""The hints for a folded word, each with the key that the type must have; of none: any type that
has no key of that meaning."""

for (_needed, _sentence), _words in _BY_SENTENCE.items():
    for _word in _words.split():
        SENTENCES.setdefault(_word, []).append((_needed, _sentence))
