"""The layers of Keras that are no types here. Source: https://keras.io/api/layers/"""

from __future__ import annotations

from shapecalc.language.other_frameworks import sentences as say

WORDS = {
    "Conv*": "convolution convolution*",
    "ConvTranspose*": "conv*transpose convolution*transpose",
    "MaxPool*": "maxpooling maxpooling*",
    "AvgPool*": "averagepooling averagepooling* averagepool*",
    "AdaptiveAvgPool*": "adaptiveaveragepooling*",
    "AdaptiveMaxPool*": "adaptivemaxpooling*",
    "Dropout*": "spatialdropout*",
    "ZeroPad*": "zeropadding zeropadding*",
    "BatchNorm*": "batchnormalization",
    "LayerNorm": "layernormalization",
    "GroupNorm": "groupnormalization",
    "RMSNorm": "rmsnormalization",
    "Linear": "dense",
    "Upsample": "upsampling upsampling* resizing",
    "Threshold": "thresholdedrelu",
    "Dropout": "gaussiandropout",
    say.DEPTHWISE_OF_AXES: "depthwiseconv* depthwiseconvolution*",
    say.SEPARABLE_OF_AXES: "separableconv* separableconvolution*",
    say.CROP_OF_AXES: "cropping*",
    say.GLOBAL_AVERAGE: "globalaveragepooling globalavgpool",
    say.GLOBAL_AVERAGE_OF_AXES: "globalaveragepooling* globalavgpool*",
    say.GLOBAL_MAX: "globalmaxpooling globalmaxpool",
    say.GLOBAL_MAX_OF_AXES: "globalmaxpooling* globalmaxpool*",
    say.OF_SEVERAL: "average",
    say.MATRICES: "einsumdense",
    say.ACTIVATION: "activation",
    say.INPUT: "input inputlayer inputspec",
    say.TIME_DISTRIBUTED: "timedistributed",
    say.CUSTOM: "lambda layer wrapper model functional flaxlayer jaxlayer tfsmlayer "
    "torchmodulewrapper",
    say.SEQUENCE: "pipeline",
    say.LEAVE_OUT: "activityregularization masking gaussiannoise rescaling stopgradient",
    say.ELEMENTWISE: "unitnormalization",
    say.NOT_HERE: "repeatvector reversibleembedding",
    say.DIRECTIONS: "bidirectional",
    "RNN": "simplernn",
    "RNNCell": "simplernncell",
    say.RECURRENT: "additiveattention convlstm* convlstm*cell stackedrnncells",
    "ScaledDotProductAttention": "groupqueryattention groupedqueryattention",
    say.PREPROCESSING: "augmix autocontrast centercrop cutmix equalization melspectrogram mixup "
    "normalization randaugment randomapply randombrightness randomcolordegeneration "
    "randomcolorjitter randomcontrast randomcrop randomelastictransform randomerasing randomflip "
    "randomgaussianblur randomgrayscale randomheight randomhue randominvert randomperspective "
    "randomposterization randomrotation randomsaturation randomsharpness randomshear "
    "randomtranslation randomwidth randomzoom solarization stftspectrogram maxnumboundingboxes",
    say.TEXTS: "categoryencoding discretization hashedcrossing hashing integerlookup stringlookup "
    "textvectorization densefeatures",
}
