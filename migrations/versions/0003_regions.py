"""Regions: the city, counties, parks, stock, chains, level shares, targets and dated settings."""

from alembic import op

revision = "0003_regions"
down_revision = "0002_accounts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE city (
            city TEXT NOT NULL,
            name TEXT NOT NULL,
            business_date DATE,
            year INTEGER NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_city PRIMARY KEY (city),
            CONSTRAINT ck_city_code CHECK (city ~ '^[1-9][0-9]{3}00$'),
            CONSTRAINT ck_city_year_range CHECK (year BETWEEN 2000 AND 2100)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE chain_industry (
            city TEXT NOT NULL,
            chain TEXT NOT NULL,
            edition TEXT NOT NULL,
            industry TEXT NOT NULL,
            industry_name TEXT NOT NULL,
            key_chain BOOLEAN NOT NULL,
            CONSTRAINT pk_chain_industry PRIMARY KEY (city, chain, edition, industry),
            CONSTRAINT fk_chain_industry_city FOREIGN KEY(city) REFERENCES city (city),
            CONSTRAINT ck_chain_industry_industry CHECK (industry ~ '^[0-9]{4}$')
        )
        """
    )
    op.execute(
        """
        CREATE TABLE city_setting (
            city TEXT NOT NULL,
            key TEXT NOT NULL,
            effective_from DATE NOT NULL,
            value JSONB NOT NULL,
            CONSTRAINT pk_city_setting PRIMARY KEY (city, key, effective_from),
            CONSTRAINT fk_city_setting_city FOREIGN KEY(city) REFERENCES city (city)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE region (
            city TEXT NOT NULL,
            code TEXT NOT NULL,
            name TEXT NOT NULL,
            kind VARCHAR(40) NOT NULL,
            leading_chain TEXT,
            potential_chains TEXT[] DEFAULT '{}' NOT NULL,
            energy_quota_tce BIGINT CONSTRAINT ck_region_energy_quota_tce_range CHECK (energy_quota_tce >= 0 AND energy_quota_tce < 9007199254740992),
            cod_quota_kg BIGINT CONSTRAINT ck_region_cod_quota_kg_range CHECK (cod_quota_kg >= 0 AND cod_quota_kg < 9007199254740992),
            land_quota_mu BIGINT CONSTRAINT ck_region_land_quota_mu_range CHECK (land_quota_mu >= 0 AND land_quota_mu < 9007199254740992),
            has_treasury BOOLEAN NOT NULL,
            CONSTRAINT pk_region PRIMARY KEY (city, code),
            CONSTRAINT fk_region_city FOREIGN KEY(city) REFERENCES city (city),
            CONSTRAINT ck_region_city_row CHECK ((kind = 'city') = (code = city)),
            CONSTRAINT ck_region_code CHECK (code ~ '^[1-9][0-9]{5}$' AND left(code, 4) = left(city, 4)),
            CONSTRAINT ck_region_quotas CHECK (kind = 'city' OR num_nulls(energy_quota_tce, cod_quota_kg, land_quota_mu) = 0),
            CONSTRAINT ck_region_kind CHECK (kind IN ('city', 'county'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE target (
            city TEXT NOT NULL,
            unit TEXT NOT NULL,
            year INTEGER NOT NULL,
            indicator TEXT NOT NULL,
            value BIGINT NOT NULL CONSTRAINT ck_target_value_range CHECK (value >= 0 AND value < 9007199254740992),
            value_unit TEXT NOT NULL,
            CONSTRAINT pk_target PRIMARY KEY (city, unit, year, indicator),
            CONSTRAINT fk_target_city FOREIGN KEY(city) REFERENCES city (city)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE level_share (
            city TEXT NOT NULL,
            treasury TEXT NOT NULL,
            tax TEXT NOT NULL,
            effective_from DATE NOT NULL,
            central_bp BIGINT NOT NULL CONSTRAINT ck_level_share_central_bp_range CHECK (central_bp >= 0 AND central_bp < 9007199254740992),
            province_bp BIGINT NOT NULL CONSTRAINT ck_level_share_province_bp_range CHECK (province_bp >= 0 AND province_bp < 9007199254740992),
            city_bp BIGINT NOT NULL CONSTRAINT ck_level_share_city_bp_range CHECK (city_bp >= 0 AND city_bp < 9007199254740992),
            county_bp BIGINT NOT NULL CONSTRAINT ck_level_share_county_bp_range CHECK (county_bp >= 0 AND county_bp < 9007199254740992),
            CONSTRAINT pk_level_share PRIMARY KEY (city, treasury, tax, effective_from),
            CONSTRAINT fk_level_share_city_treasury FOREIGN KEY(city, treasury) REFERENCES region (city, code),
            CONSTRAINT ck_level_share_whole CHECK (central_bp + province_bp + city_bp + county_bp = 10000)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE park (
            city TEXT NOT NULL,
            code TEXT NOT NULL,
            name TEXT NOT NULL,
            owner TEXT NOT NULL,
            planned_mu BIGINT NOT NULL CONSTRAINT ck_park_planned_mu_range CHECK (planned_mu >= 0 AND planned_mu < 9007199254740992),
            investment_floor_fen_per_mu BIGINT NOT NULL CONSTRAINT ck_park_investment_floor_fen_per_mu_range CHECK (investment_floor_fen_per_mu >= 0 AND investment_floor_fen_per_mu < 9007199254740992),
            tax_floor_fen_per_mu BIGINT NOT NULL CONSTRAINT ck_park_tax_floor_fen_per_mu_range CHECK (tax_floor_fen_per_mu >= 0 AND tax_floor_fen_per_mu < 9007199254740992),
            energy_tce BIGINT NOT NULL CONSTRAINT ck_park_energy_tce_range CHECK (energy_tce >= 0 AND energy_tce < 9007199254740992),
            water_td BIGINT NOT NULL CONSTRAINT ck_park_water_td_range CHECK (water_td >= 0 AND water_td < 9007199254740992),
            cod_kg BIGINT NOT NULL CONSTRAINT ck_park_cod_kg_range CHECK (cod_kg >= 0 AND cod_kg < 9007199254740992),
            CONSTRAINT pk_park PRIMARY KEY (city, code),
            CONSTRAINT fk_park_city_owner FOREIGN KEY(city, owner) REFERENCES region (city, code)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE hall (
            city TEXT NOT NULL,
            code TEXT NOT NULL,
            park TEXT NOT NULL,
            area_m2 BIGINT NOT NULL CONSTRAINT ck_hall_area_m2_range CHECK (area_m2 >= 0 AND area_m2 < 9007199254740992),
            height_cm BIGINT NOT NULL CONSTRAINT ck_hall_height_cm_range CHECK (height_cm >= 0 AND height_cm < 9007199254740992),
            ready_on DATE NOT NULL,
            verified_on DATE NOT NULL,
            CONSTRAINT pk_hall PRIMARY KEY (city, code),
            CONSTRAINT fk_hall_city_park FOREIGN KEY(city, park) REFERENCES park (city, code)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX ix_hall_park ON hall (city, park)
        """
    )
    op.execute(
        """
        CREATE TABLE park_positioning (
            city TEXT NOT NULL,
            park TEXT NOT NULL,
            edition TEXT NOT NULL,
            industry TEXT NOT NULL,
            tier VARCHAR(40) NOT NULL,
            CONSTRAINT pk_park_positioning PRIMARY KEY (city, park, edition, industry, tier),
            CONSTRAINT fk_park_positioning_city_park FOREIGN KEY(city, park) REFERENCES park (city, code),
            CONSTRAINT ck_park_positioning_industry CHECK (industry ~ '^[0-9]{4}$'),
            CONSTRAINT ck_park_positioning_tier CHECK (tier IN ('lead', 'main', 'forbidden'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE plot (
            city TEXT NOT NULL,
            code TEXT NOT NULL,
            park TEXT NOT NULL,
            land_use VARCHAR(40) NOT NULL,
            area_mu BIGINT NOT NULL CONSTRAINT ck_plot_area_mu_range CHECK (area_mu >= 0 AND area_mu < 9007199254740992),
            status VARCHAR(40) NOT NULL,
            ready_on DATE NOT NULL,
            plot_ratio_floor_bp BIGINT NOT NULL CONSTRAINT ck_plot_plot_ratio_floor_bp_range CHECK (plot_ratio_floor_bp >= 0 AND plot_ratio_floor_bp < 9007199254740992),
            price_fen_per_mu BIGINT NOT NULL CONSTRAINT ck_plot_price_fen_per_mu_range CHECK (price_fen_per_mu >= 0 AND price_fen_per_mu < 9007199254740992),
            verified_on DATE NOT NULL,
            CONSTRAINT pk_plot PRIMARY KEY (city, code),
            CONSTRAINT fk_plot_city_park FOREIGN KEY(city, park) REFERENCES park (city, code),
            CONSTRAINT ck_plot_land_use CHECK (land_use IN ('industrial', 'storage')),
            CONSTRAINT ck_plot_status CHECK (status IN ('ready', 'replan'))
        )
        """
    )
    op.execute(
        """
        CREATE INDEX ix_plot_park ON plot (city, park)
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE plot")
    op.execute("DROP TABLE park_positioning")
    op.execute("DROP TABLE hall")
    op.execute("DROP TABLE park")
    op.execute("DROP TABLE level_share")
    op.execute("DROP TABLE target")
    op.execute("DROP TABLE region")
    op.execute("DROP TABLE city_setting")
    op.execute("DROP TABLE chain_industry")
    op.execute("DROP TABLE city")
