"""What is said of a formula or a case that cannot be computed."""


class FormulaError(ValueError):
    """A formula or its figures are refused.

    Args:
        field: the place, such as `inputs.growth.a`.
        fault: what is wrong there, in one line.
    """

    def __init__(self, field: str, fault: str) -> None:
        super().__init__(f"{field}: {fault}")
        self.field = field
        self.fault = fault
