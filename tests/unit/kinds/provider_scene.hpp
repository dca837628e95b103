#pragma once

#include "support/provider_world.hpp"

#include <gmock/gmock.h>

namespace adxf::provider {

class ProviderScene : public ::testing::Test, protected ProviderWorld {};

}  // namespace adxf::provider
