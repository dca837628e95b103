#include "emulator/seed.hpp"
#include "unit/emulator/data_share_scene.hpp"

namespace adxf::emulator {

DataShareScene::DataShareScene() {
  estate.clock = EmulatorClock(TimePoint(std::chrono::seconds(1'800'000'000)));
  auto const loaded =
      LoadSeedFile(estate, std::string(ADXF_SOURCE_DIR) + "/emulator/seeds/contoso.yaml");
  if (!loaded) ADD_FAILURE() << loaded.error().message;
  estate.settings.operation_duration = std::chrono::seconds(2);
}

}  // namespace adxf::emulator
