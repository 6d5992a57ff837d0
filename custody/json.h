// Protos as JSON, with the names of the .proto file.
#pragma once

#include <string>

#include "google/protobuf/message.h"

namespace rialto::custody {

std::string ToJson(const google::protobuf::Message& message);

// False when it is no JSON object, or a field has another type. Unknown fields are left out: a
// provider may say more than we ask for.
bool FromJson(const std::string& text, google::protobuf::Message& message);

}  // namespace rialto::custody
