#include "kinds/data_share/types_crd.hpp"
#include "kinds/follower_database/types_crd.hpp"
#include "kinds/invitation/types_crd.hpp"

#include <CLI/CLI.hpp>

#include <array>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace {

struct Kind {
  std::string_view file;
  std::string (*yaml)();
};

constexpr std::array kKinds{
    Kind{"adxfollower.io_followerdatabases.yaml", &adxf::follower_database::CrdYaml},
    Kind{"adxfollower.io_datashares.yaml", &adxf::data_share::CrdYaml},
    Kind{"adxfollower.io_invitations.yaml", &adxf::invitation::CrdYaml}};

bool WriteFile(std::filesystem::path const& path, std::string const& text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  out.flush();
  return out.good();
}

int Run(int argc, char** argv) {
  CLI::App app("Writes the CustomResourceDefinitions from the Describe tables of the kinds.");
  std::filesystem::path output;
  app.add_option("--output", output, "Folder to write to; made if absent")->required();
  CLI11_PARSE(app, argc, argv);

  std::filesystem::create_directories(output);
  for (Kind const& kind : kKinds) {
    auto const path = output / kind.file;
    if (WriteFile(path, kind.yaml())) continue;
    std::fprintf(stderr, "crdgen: cannot write %s\n", path.c_str());
    return 1;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Run(argc, argv);
  } catch (std::exception const& error) {
    std::fprintf(stderr, "crdgen: %s\n", error.what());
    return 1;
  }
}
