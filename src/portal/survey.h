/* survey.h - what a customer answers without an account: a survey, "is it still right?", and "ask me no more". */
#pragma once
#include "http/route.h"

extern const Route portal_survey_routes[];
