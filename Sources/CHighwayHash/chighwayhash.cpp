#include "chighwayhash.h"
