"""Pages for the people who act for customers: their accounts, people, services, orders."""
