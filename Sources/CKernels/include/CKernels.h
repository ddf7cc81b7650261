// Every kernel's door: SwiftPM makes this header the module.
#pragma once
#include "decode_kernel.h"
#include "delimited_kernel.h"
#include "identity_kernel.h"
#include "json_kernel.h"
#include "keys_kernel.h"
#include "lines_kernel.h"
#include "members_kernel.h"
#include "rows_kernel.h"
#include "search_kernel.h"
#include "states_kernel.h"
#include "utf8_kernel.h"
#include "xml_kernel.h"
