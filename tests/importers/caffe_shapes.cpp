// Prints what Caffe makes of a network in the phase TEST: a line of JSON for each layer, with its
// name, its type, the shapes of what it takes and makes, and those of its parameters.
//
//     caffe_shapes NETWORK.prototxt [TOP=1x3x224x224]...
//
// Built against a CPU-only Caffe (tools/ of https://github.com/BVLC/caffe are built alike). A top
// that is given a shape is an input of that shape: data layers have databases, which are not there.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "caffe/net.hpp"
#include "caffe/util/upgrade_proto.hpp"

namespace {

std::string quoted(const std::string& text) {
  std::string found = "\"";
  for (char character : text) {
    if (character == '"' || character == '\\') found += '\\';
    found += character;
  }
  return found + "\"";
}

std::string dims(const std::vector<int>& shape) {
  std::string found;
  for (int size : shape) found += (found.empty() ? "" : ", ") + std::to_string(size);
  return "[" + found + "]";
}

template <typename Blobs>
std::string every(const Blobs& blobs) {
  std::string found;
  for (const auto& blob : blobs) found += (found.empty() ? "" : ", ") + dims(blob->shape());
  return "[" + found + "]";
}

}  // namespace

int main(int count, char** arguments) {
  FLAGS_minloglevel = 3;
  google::InitGoogleLogging(arguments[0]);
  std::map<std::string, caffe::BlobShape> given;
  for (int number = 2; number < count; ++number) {
    std::string argument = arguments[number];
    size_t equals = argument.rfind('=');
    char* rest = arguments[number] + equals + 1;
    caffe::BlobShape shape;
    while (*rest) {
      shape.add_dim(std::strtol(rest, &rest, 10));
      if (*rest == 'x') ++rest;
    }
    given[argument.substr(0, equals)] = shape;
  }
  caffe::NetParameter whole, test, runnable;
  caffe::ReadNetParamsFromTextFileOrDie(arguments[1], &whole);
  whole.mutable_state()->set_phase(caffe::TEST);
  caffe::Net<float>::FilterNet(whole, &test);
  runnable.CopyFrom(test);
  runnable.clear_layer();
  caffe::LayerParameter* inputs = runnable.add_layer();
  inputs->set_name("given");
  inputs->set_type("Input");
  for (const auto& each : given) {
    inputs->add_top(each.first);
    inputs->mutable_input_param()->add_shape()->CopyFrom(each.second);
  }
  for (const caffe::LayerParameter& layer : test.layer()) {
    if (layer.bottom_size() || !given.count(layer.top(0))) runnable.add_layer()->CopyFrom(layer);
  }
  if (given.empty()) runnable.mutable_layer()->DeleteSubrange(0, 1);
  caffe::Net<float> net(runnable);
  for (size_t number = 0; number < net.layers().size(); ++number) {
    std::printf("{\"name\": %s, \"type\": %s, \"takes\": %s, \"makes\": %s, \"params\": %s}\n",
                quoted(net.layer_names()[number]).c_str(),
                quoted(net.layers()[number]->type()).c_str(),
                every(net.bottom_vecs()[number]).c_str(),
                every(net.top_vecs()[number]).c_str(),
                every(net.layers()[number]->blobs()).c_str());
  }
}
